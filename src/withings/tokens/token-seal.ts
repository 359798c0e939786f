/**
 * Tokens in clear text to what lies on the disk, and back: AES-256-GCM (NIST SP 800-38D) under a key that scrypt
 * (RFC 7914) makes of the configured one.
 *
 * | field | bytes | |
 * |---|---|---|
 * | `cipher` | | the name of all of this: `scrypt-15-8-1 aes-256-gcm` |
 * | `salt` | 16 | of the file, kept when it is written again |
 * | `nonce` | 12 | new at each write |
 * | `tag` | 16 | |
 * | `sealed` | | UTF-8 of the JSON |
 *
 * Bytes are in base64. The additional data is `withings-signals tokens ` and the user id, so that the file of one user
 * cannot take the place of another's.
 */

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

export const CIPHER = 'scrypt-15-8-1 aes-256-gcm';

export type Sealed = {
  readonly cipher: typeof CIPHER;
  readonly salt: string;
  readonly nonce: string;
  readonly tag: string;
  readonly sealed: string;
};

/** N, r and p of scrypt: 32 MiB and about a tenth of a second for each guess at the key. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals and opens under one configured key. */
export class TokenSeal {
  readonly #secret: string;
  /** By salt: one for each file met. */
  readonly #keys = new Map<string, Promise<Buffer>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** `salt`: that of the file so far, if it is sealed. */
  async seal(userId: string, text: string, salt = randomBytes(SALT_BYTES).toString('base64')): Promise<Sealed> {
    const key = await this.#keyOf(salt);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(userId));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return {
      cipher: CIPHER,
      salt,
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      sealed: sealed.toString('base64'),
    };
  }

  /** @throws Error of any kind when the key is another one, or a byte was changed. */
  async open(userId: string, { salt, nonce, tag, sealed }: Sealed): Promise<string> {
    const key = await this.#keyOf(salt);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(userId));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return decipher.update(sealed, 'base64', 'utf8') + decipher.final('utf8');
  }

  /** One after the other, so that the memory it takes does not grow with the users. */
  #keyOf(salt: string): Promise<Buffer> {
    let key = this.#keys.get(salt);
    if (key === undefined) {
      key = this.#last.then(() => derive(this.#secret, Buffer.from(salt, 'base64')));
      this.#last = key.catch(() => this.#keys.delete(salt));
      this.#keys.set(salt, key);
    }
    return key;
  }
}

function derive(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Keys that look the same are the same, however they were typed.
    scrypt(secret.normalize('NFC'), salt, 32, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function additionalData(userId: string): Buffer {
  return Buffer.from(`withings-signals tokens ${userId}`, 'utf8');
}
