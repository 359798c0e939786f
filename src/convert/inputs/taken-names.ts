/** Which files of a folder or zip are inputs, by their names; a file named by the caller is taken whatever it is called. */

/** What browsers and desktops put into the name of a second download: `signal (1).csv`, `signal(1).csv`, `signal-1.csv`, `signal 2.csv`. */
const AGAIN = String.raw`(?: ?\(\d+\)|[ -]\d+)?`;

const EXPORT_NAME = String.raw`^signal${AGAIN}\.csv`;

const TAKEN = new RegExp(String.raw`(?:\.(?:json|ndjson|jsonl)|${EXPORT_NAME})(?:${AGAIN}\.gz)?$`, 'i');

const EXPORT = new RegExp(`${EXPORT_NAME}$`, 'i');

/** A file of a folder. */
export function isTakenFromFolders(name: string): boolean {
  return TAKEN.test(name);
}

/** A file of a zip: the account export's recordings. */
export function isTakenFromZips(name: string): boolean {
  return EXPORT.test(name);
}
