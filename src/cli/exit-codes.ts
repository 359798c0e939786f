/** What a command's exit code says. 0: all was done. */

/** A usage error, or nothing could be done. */
export const EXIT_NOTHING_DONE = 1;

/** Done, but some inputs, parts of inputs or users were not, each told with its reason. */
export const EXIT_PARTLY = 3;

export const EXIT_INTERRUPTED = 130;
