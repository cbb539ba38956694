/** A pure function that keeps its last result while its arguments are the same objects. */
export function memoizeLast<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | null = null;
  return (...args) => {
    if (
      last !== null &&
      last.args.length === args.length &&
      last.args.every((value, index) => Object.is(value, args[index]))
    ) {
      return last.result;
    }
    const result = compute(...args);
    last = { args, result };
    return result;
  };
}
