/** Names a person in the log by their keyed hash. Checks the form, because the row may have been edited by hand. */
export function loggedPerson(personId: string | undefined): { readonly personId?: string } {
  return personId !== undefined && /^[\w-]{22}$/.test(personId) ? { personId } : {};
}
