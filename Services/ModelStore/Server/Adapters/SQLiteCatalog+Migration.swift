import FoundationEssentials
import GRDB
import ModelStoreCore
import Primitives
import Protocols
import WireCodec

extension SQLiteCatalog {
  /// The second schema. What versions and datasets refer to belongs to their accounts; whose the
  /// other blobs on the disk were was never written down, so they belong to nobody.
  static func addBlobs(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE blobs (
          account TEXT NOT NULL, sha256 BLOB NOT NULL, size_bytes INTEGER NOT NULL,
          renewed_unix_us INTEGER NOT NULL,
          PRIMARY KEY (account, sha256)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blobs_by_digest ON blobs (sha256);
        CREATE INDEX blobs_by_age ON blobs (account, renewed_unix_us, sha256);
        CREATE TABLE blob_uses (
          account TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
          version INTEGER NOT NULL, sha256 BLOB NOT NULL,
          PRIMARY KEY (account, kind, name, version, sha256),
          FOREIGN KEY (account, sha256) REFERENCES blobs (account, sha256)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blob_uses_by_blob ON blob_uses (account, sha256);
        CREATE TABLE dataset_names (
          account TEXT NOT NULL, name TEXT NOT NULL, last_version INTEGER NOT NULL,
          PRIMARY KEY (account, name)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO dataset_names
          SELECT account, name, max(version) FROM datasets GROUP BY account, name;
        """
    )
    let versions = try Row.fetchCursor(
      database,
      sql: "SELECT account, model, version, manifest, created_unix_us FROM versions"
    )
    while let row = try versions.next() {
      let manifest = try Manifest(decoding: Bytes(blob: row["manifest"]))
      try adopt(manifest.files, .version, row, database)
    }
    let datasets = try Row.fetchCursor(
      database,
      sql: "SELECT account, name AS model, version, content, created_unix_us FROM datasets"
    )
    while let row = try datasets.next() {
      let dataset = try Dataset(decoding: Bytes(blob: row["content"]))
      try adopt(dataset.files, .dataset, row, database)
    }
  }

  private static func adopt(
    _ files: [FileEntry],
    _ kind: BlobUser.Kind,
    _ row: Row,
    _ database: Database
  ) throws {
    let user = BlobUser(
      kind: kind,
      owner: ModelKey(account: row["account"], name: row["model"]),
      version: row["version"]
    )
    for file in files {
      try add(
        BlobKey(account: user.owner.account, sha256: file.sha256),
        sizeBytes: file.sizeBytes,
        now: row["created_unix_us"],
        database
      )
    }
    try use(ManifestReading.files(files), by: user, database)
  }
}
