import { type Variable, variablesOf } from './scopes.ts';

/**
 * Every variable of a function that a function inside it moves while a loop is at work on it, one line each; none is the
 * only good answer.
 *
 * V8 14.6 loses what the inner function wrote when it replaces the loop while it runs (`findings/maglev-osr-closure.sh`).
 * What functions share is a field of an object or of a class instead. The rule is a little wider than what was seen to go
 * wrong: also the loops of the functions inside count, and any loop of the function that moves the variable.
 */
export function movedInLoops(path: string, text: string): readonly string[] {
  return variablesOf(path, text)
    .filter(isMovedInLoop)
    .map(({ name, at, owner, uses }) => {
      const movers = new Set(uses.filter(({ isWrite, by }) => isWrite && by !== owner).map(({ by }) => by.name));
      const line = text.slice(0, at).split('\n').length;
      return `${path}:${line}: ${[...movers].join(', ')} moves ${name} of ${owner.name}, beside a loop: make it a field of an object`;
    });
}

function isMovedInLoop({ owner, scope, uses }: Variable): boolean {
  const moves = owner.isModule ? [] : uses.filter(({ isWrite, by }) => isWrite && by !== owner);
  if (moves.length === 0) return false;
  const isLooped = uses.some(({ loops }) => loops.some(({ start, end }) => start >= scope.start && end <= scope.end));
  return isLooped || moves.some(({ by }) => by.hasLoop);
}
