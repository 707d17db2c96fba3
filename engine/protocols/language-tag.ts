/** Whether a text has the form of a BCP 47 tag, `ko-KR`; an underscore stands for a hyphen. */
export function isLanguageTag(text: string): boolean {
  return /^[a-z0-9]{1,8}([-_][a-z0-9]{1,8})*$/i.test(text);
}
