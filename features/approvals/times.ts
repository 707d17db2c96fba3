/** An unreadable time counts as past. */
export function isPast(time: string, now: Date): boolean {
  return !(Date.parse(time) > now.getTime());
}

export function timeAfter(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
