const two = (value: number): string => String(value).padStart(2, "0");

/** The day of a budget, as the clock on the wall has it. */
export function localDay(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
