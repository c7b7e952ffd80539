"""RFC 9421, appendix B.2.6: a request signed with Ed25519, byte for byte."""

from base64 import b64decode, b64encode

import pytest

from toguna.core import ed25519
from toguna.errors import Unverified
from toguna.surfaces.signatures import Message, check_digest, read_signature, signature_base

SEED = b64decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF")[-32:]
PUBLIC = b64decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")[-32:]
SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)
PARAMS = (
    '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
BASE = b"""\
"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
;created=1618884473;keyid="test-key-ed25519\""""
MESSAGE = Message(
    "POST",
    "/foo",
    "param=Value&Pet=dog",
    {
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-length": "18",
        "signature-input": f"sig-b26={PARAMS}",
        "signature": f"sig-b26=:{SIGNATURE}:",
    },
)


def test_the_key_pair_is_the_one_of_appendix_b_1_4():
    assert ed25519.public_key(SEED) == PUBLIC


def test_the_signature_base_is_the_one_that_the_rfc_prints():
    signed = read_signature(MESSAGE.headers)
    assert signature_base(MESSAGE, signed.names, signed.params) == BASE


def test_the_signature_that_the_rfc_prints_holds_and_is_what_we_would_write():
    signed = read_signature(MESSAGE.headers)
    assert signed.values == {"created": 1618884473, "keyid": "test-key-ed25519"}
    assert ed25519.verify(PUBLIC, signed.signature, BASE)
    assert b64encode(ed25519.sign(SEED, BASE)).decode() == SIGNATURE


def test_the_query_is_written_as_in_section_2_2_7():
    assert MESSAGE.component("@query") == "?param=Value&Pet=dog"
    assert MESSAGE._replace(query="").component("@query") == "?"
    assert MESSAGE._replace(path="").component("@path") == "/"


def test_the_digest_is_that_of_rfc_9530():
    body = b'{"hello": "world"}'
    header = {"content-digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"}
    check_digest(header, body)
    with pytest.raises(Unverified):
        check_digest(header, body + b" ")
