#!/usr/bin/env bash
# Makes the certificates of a benchmark run: an authority, a server's and a client's, all P-256.
#   certificates.sh DIR
set -euo pipefail
umask 077
directory=$1
mkdir -p "$directory"
cd "$directory"

key() { # file
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null
}

key ca.key
openssl req -x509 -new -key ca.key -days 2 -subj /CN=benchmark-authority -out ca.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign

leaf() { # name, role
  key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  cat >"$1.ext" <<EXTENSIONS
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = URI:spiffe://martlet-test/$2/$1, DNS:localhost, IP:127.0.0.1
EXTENSIONS
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm -f "$1.csr" "$1.ext"
}
leaf server testkit
leaf client client
