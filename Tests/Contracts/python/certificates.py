"""Certificates for the contract tests, made by a library that is not ours."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SUITE = "martlet-test"
DAY = datetime.timedelta(days=1)


class Authority:
    """A self-signed authority that signs leaves into `folder`."""

    def __init__(self, folder, file_name, common_name):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(common_name)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        usage = _key_usage(signs_certificates=True)
        builder = _builder(self.name, self.name, self.key, DAY * 2)
        builder = builder.add_extension(constraints, critical=True)
        builder = builder.add_extension(usage, critical=True)
        certificate = builder.sign(self.key, hashes.SHA256())
        _write(folder / f"{file_name}.pem", certificate)

    def issue(self, name, role, lifetime=DAY * 2, suite=SUITE):
        """Writes <name>.pem and <name>.key; a negative lifetime gives an expired certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [
            x509.UniformResourceIdentifier(f"spiffe://{suite}/{role}/{name}"),
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = _builder(_name(name), self.name, key, lifetime)
        for extension, critical in (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_key_usage(signs_certificates=False), True),
            (x509.ExtendedKeyUsage(both), False),
            (x509.SubjectAlternativeName(names), False),
        ):
            builder = builder.add_extension(extension, critical=critical)
        _write(self.folder / f"{name}.pem", builder.sign(self.key, hashes.SHA256()))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (self.folder / f"{name}.key").write_bytes(private)


def make(folder):
    """All certificates that the tests and their server use."""
    authority = Authority(folder, "ca", "martlet test authority")
    for name, role in (("server", "testkit"), ("client", "client"), ("gateway", "gateway")):
        authority.issue(name, role)
    authority.issue("expired", "client", lifetime=-DAY)
    authority.issue("elsewhere", "client", suite="another-suite")
    foreign = Authority(folder, "foreign-ca", "somebody else's authority")
    foreign.issue("foreign", "client")


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject, issuer, key, lifetime):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY * 3)
        .not_valid_after(now + lifetime)
    )


def _key_usage(signs_certificates):
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path, certificate):
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
