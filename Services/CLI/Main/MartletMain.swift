import Commands

/// The command line of Martlet.
@main
enum MartletMain {
  static func main() async { await Martlet.start() }
}
