/** What operators' tasks call a request. */
export function requestSubject(id: string): string {
  return `request/${id}`;
}
