/**
 * The beginning of a day written `2027-01-31`, in UTC; undefined for what is no day of the calendar: JavaScript would move 30
 * February into March.
 */
export function dayFrom(text: string): Date | undefined {
  if (!/^\d{4}-/.test(text)) return undefined;
  const written = `${text}T00:00:00.000Z`;
  const day = new Date(written);
  return Number.isNaN(day.getTime()) || day.toISOString() !== written ? undefined : day;
}
