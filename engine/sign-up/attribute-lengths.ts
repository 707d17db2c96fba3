/** Characters of a text that Entra keeps, by attribute: the user resource of Microsoft Graph v1.0. */
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
/** Of a custom attribute. */
const CUSTOM_LENGTH = 256;

/** Undefined for an attribute whose longest value is not known. */
export function longestValue(attribute: string): number | undefined {
  return attribute.startsWith("extension_") ? CUSTOM_LENGTH : attributeLengths[attribute];
}
