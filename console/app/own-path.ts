/** A path of this site; the overview for whatever leads elsewhere. @param asked as an address or a form has it */
export function ownPath(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || !URL.canParse(asked, "https://own.invalid")) return "/";
  const { origin, pathname, search } = new URL(asked, "https://own.invalid");
  // Looked at as it comes out: "/..//elsewhere" has become "//elsewhere", which is another site.
  return origin === "https://own.invalid" && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}
