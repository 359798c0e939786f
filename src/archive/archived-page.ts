/** The pages of an archive, told for reading: where their bytes lie, and what they are. */

import type { PageAbout, PageEncoding, PageKind, PageRequest } from './page.ts';

/** A content that a user's request brought, and what is known about it. */
export type ArchivedPage = {
  /** Path of the segment that holds it: `bytes` bytes from `offset` on. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** Of those bytes. */
  readonly encoding: PageEncoding;
  /** Of those bytes. The listing does not read them: compare it before use. */
  readonly crc32: number;
  /** Of the decoded content, hexadecimal. */
  readonly sha256: string;
  readonly userId: string;
  readonly kind: PageKind;
  readonly about: PageAbout;
  /** The first that brought it. */
  readonly request: PageRequest;
  /** When this content came last, Unix milliseconds. */
  readonly receivedAt: number;
  /** Places where a secret stood when it was received, and `***` stands now. */
  readonly replaced: number;
  /** It is what came last for the signal or window in its name; `false`: another content has come since. */
  readonly newest: boolean;
  /** What reports call it, and no other page: `<archive>/<kind>/<user>/<key>~<digits>`, whatever the order of fetching. */
  readonly name: string;
};

/** Bytes of a segment that hold no sound record, or a record that is of no use. */
export type DamagedPart = {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
};

export type PageList = {
  /** By name. */
  readonly pages: readonly ArchivedPage[];
  readonly damaged: readonly DamagedPart[];
};
