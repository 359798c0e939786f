import { ArgumentError } from '../core/errors.ts';

/**
 * A filter as a cascade of second-order sections: the rows of SciPy's `sos` array one after the other, six numbers a
 * section: b0, b1, b2, a0, a1, a2, with a0 = 1.
 */
export type Sos = Readonly<Float64Array>;

/** Numbers a section takes in an {@link Sos}. */
export const SECTION_LENGTH = 6;

/**
 * The number of sections of `sos`.
 *
 * @throws ArgumentError when it is not a whole number of sections, or an a0 is not 1.
 */
export function countSections(sos: Sos): number {
  if (sos.length === 0 || sos.length % SECTION_LENGTH !== 0) {
    throw new ArgumentError(`sos has ${sos.length} numbers, expected 6 for each section: b0, b1, b2, 1, a1, a2`);
  }
  for (let at = 3; at < sos.length; at += SECTION_LENGTH) {
    if (sos[at] !== 1) {
      throw new ArgumentError(
        `sos section ${(at - 3) / SECTION_LENGTH} has a0 = ${sos[at]}, expected 1: divide the section by its a0`,
      );
    }
  }
  return sos.length / SECTION_LENGTH;
}
