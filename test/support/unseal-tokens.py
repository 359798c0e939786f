"""Opens an encrypted token file by its description: python3 unseal-tokens.py <file> <key>."""

import base64, hashlib, json, sys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

file = json.load(open(sys.argv[1]))
assert file["cipher"] == "scrypt-15-8-1 aes-256-gcm"
salt, nonce, tag, sealed = (base64.b64decode(file[name]) for name in ("salt", "nonce", "tag", "sealed"))
assert (len(salt), len(nonce), len(tag)) == (16, 12, 16)
key = hashlib.scrypt(sys.argv[2].encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
print(AESGCM(key).decrypt(nonce, sealed + tag, ("withings-signals tokens " + file["userId"]).encode()).decode())
