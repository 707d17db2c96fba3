/** By attribute: the maximum number of characters that Entra stores. Source: the user resource of Microsoft Graph v1.0. */
export const attributeLengths: Readonly<Record<string, number>> = {
  displayName: 256,
  givenName: 64,
  surname: 64,
  jobTitle: 128,
  streetAddress: 1_024,
  city: 128,
  postalCode: 40,
  state: 128,
  country: 128,
  companyName: 64,
  department: 64,
};
/** Maximum characters of a custom attribute. */
const CUSTOM_LENGTH = 256;

/** Returns an attribute's maximum length; undefined if it is not known. */
export function longestValue(attribute: string): number | undefined {
  return attribute.startsWith("extension_") ? CUSTOM_LENGTH : attributeLengths[attribute];
}
