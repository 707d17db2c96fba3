/** A person in a line of the log: by a keyed hash. Somebody may have written something else into the row that it comes from. */
export function loggedPerson(personId: string | undefined): { readonly personId?: string } {
  return personId !== undefined && /^[\w-]{22}$/.test(personId) ? { personId } : {};
}
