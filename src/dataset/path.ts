/** Names of files in a data set. */

/** Characters that `pathSegment` and the folders of a partition are made of; no name is hidden, none leads upwards. */
const PATH = /^(?!\.)[\w.%~=-]+(?:\/(?!\.)[\w.%~=-]+)*$/;

/** From the data set's root, `/` between names: whatever else a damaged file says never becomes a path. */
export function isDatasetPath(path: unknown): path is string {
  return typeof path === 'string' && PATH.test(path);
}
