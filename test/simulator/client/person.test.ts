import { accountIdOf, describePerson, readPersonFile } from "../../../simulator/client/person";
import { requestClaims } from "../../../simulator/client/request";
import { writeAttribute } from "../../../simulator/contract/attributes";
import { fixture } from "../../fixtures";

const kim = { identityProvider: "google.com", email: "kim@contoso.com" };

describe("a person's description", () => {
  it("has defaults for all but provider and address", () => {
    expect(readPersonFile(kim)).toMatchObject({ locales: [], claims: {}, form: {}, loseFirstAnswer: false });
  });

  it("is written as it is read", () => {
    const person = readPersonFile({
      ...kim,
      locales: "ko-KR, en",
      attributes: ["city", "extension_Seats:integer"],
      claims: { city: "Lyon" },
    });
    expect(person.locales).toEqual(["ko-KR", "en"]);
    expect(readPersonFile(describePerson(person, writeAttribute))).toEqual(person);
  });

  it.each([
    { given: [], says: "identityProvider is missing" },
    { given: null, says: "a person is described by an object" },
    { given: { email: "kim@contoso.com" }, says: "identityProvider is missing" },
    { given: { ...kim, identityProvider: "google" }, says: "identityProvider must be one of google.com, facebook.com, mail, entra" },
    { given: { identityProvider: "mail" }, says: "email is missing" },
    { given: { ...kim, emial: "x" }, says: "emial is unknown" },
    { given: { ...kim, claims: { shoeSize: "44" } }, says: "claims.shoeSize is no attribute" },
    { given: { ...kim, claims: { city: 0.5 } }, says: "claims.city must be a text" },
    { given: { ...kim, claims: { city: null } }, says: "claims.city must be a text" },
    { given: { ...kim, attributes: ["city", "town"] }, says: "attributes.1 is no attribute: write city" },
    { given: { ...kim, attributes: ["city:integer"] }, says: "attributes.0 is no attribute" },
    { given: { ...kim, attributes: "city" }, says: "attributes must be a list" },
    { given: { ...kim, form: { city: "Lyon" } }, says: "form has city, which the flow does not collect" },
    { given: { ...kim, locales: 5 }, says: "locales must be a language tag" },
  ])("is refused: $says", ({ given, says }) => expect(() => readPersonFile(given)).toThrow(says));
});

describe("a request", () => {
  it.each([
    { name: "b2b-after-sign-in-google", step: "after-sign-in" as const, provider: "google.com" },
    { name: "b2b-after-sign-in-entra", step: "after-sign-in" as const, provider: "entra" },
    { name: "b2b-before-create-emailotp", step: "before-create-user" as const, provider: "mail" },
    { name: "b2b-before-create-google", step: "before-create-user" as const, provider: "google.com" },
    { name: "b2b-before-create-korean-locale", step: "before-create-user" as const, provider: "facebook.com" },
  ])("is like the documented one: $name", ({ name, step, provider }) => {
    const { email, identities, ui_locales, lastName, ...rest } = fixture(name);
    const claims = { ...rest, ...(lastName !== undefined && { surname: lastName }) };
    const [{ issuerAssignedId = undefined } = {}] = (identities ?? []) as { issuerAssignedId?: string }[];
    const person = readPersonFile({ identityProvider: provider, email, accountId: issuerAssignedId, locales: ui_locales, claims });
    expect(requestClaims(step, person, person.claims)).toEqual(fixture(name));
  });

  it("leaves out what has no value", () => {
    const claims = requestClaims("before-create-user", readPersonFile({ ...kim, identityProvider: "entra" }), { city: "" });
    expect(claims).toEqual({ email: "kim@contoso.com" });
  });

  it("has the same account at every run, and the address as that of a passcode", () => {
    const person = readPersonFile(kim);
    expect(accountIdOf(person)).toBe(accountIdOf(person));
    expect(accountIdOf(person)).toMatch(/^\d+$/);
    expect(accountIdOf({ ...person, identityProvider: "mail" })).toBe("kim@contoso.com");
  });
});
