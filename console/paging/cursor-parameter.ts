/** What the address of a list calls the place where its page begins. */
export const CURSOR_PARAMETER = "after";
