/** The text as it begins a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A camelCase name as words: "companyName" is "Company name". */
export function inWords(name: string): string {
  return capitalised(name.replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`));
}
