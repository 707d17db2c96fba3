/** Where the people are shown whom the decisions of a time let in. @param gate empty for all of them */
export function peopleLetInPath({ from, to, gate }: { readonly from: Date; readonly to: Date; readonly gate: string }): string {
  const asked = { from: from.toISOString(), to: to.toISOString(), ...(gate !== "" && { gate }) };
  return `/incidents?${new URLSearchParams(asked)}`;
}
