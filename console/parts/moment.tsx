/** A moment as people read it, always in UTC: servers and logs speak of the same one. @param at ISO 8601 */
export function Moment({ at }: { readonly at: string }) {
  return <time datetime={at}>{`${at.slice(0, 10)} ${at.slice(11, 19)} UTC`}</time>;
}

export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
