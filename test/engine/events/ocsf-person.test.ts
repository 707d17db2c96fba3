import { buildOcsfUser, informational, operator, toOcsfCase, toOcsfEvent, toOcsfPerson } from "../../../engine/events/event-kind";

const nobody = { name: "unknown", type_id: 0, type: "Unknown" };
const kim = { name: "kim@contoso.com", email_addr: "kim@contoso.com", type_id: 1, type: "User" };
const address = { name: "user.email_addr", type_id: 5, type: "Email Address", value: "kim@contoso.com" };
const ip = { name: "src_endpoint.ip", type_id: 2, type: "IP Address", value: "203.0.113.7" };

it.each([
  { detail: {}, user: nobody },
  { detail: { personId: "7" }, user: nobody },
  { detail: { email: "kim@contoso.com" }, user: kim },
  { detail: { email: "kim@contoso.com", personId: "7" }, user: { ...kim, uid: "7" } },
  {
    detail: { email: "kim@contoso.com", personId: "7", accountId: "8", displayName: "Kim" },
    user: { ...kim, uid: "7", uid_alt: "8", full_name: "Kim" },
  },
])("$detail becomes the OCSF user $user", ({ detail, user }) => expect(buildOcsfUser(detail)).toStrictEqual(user));

it.each([
  { email: undefined, ipAddress: undefined, has: { user: nobody } },
  { email: "kim@contoso.com", ipAddress: undefined, has: { user: kim, observables: [address] } },
  { email: undefined, ipAddress: "203.0.113.7", has: { user: nobody, src_endpoint: { ip: "203.0.113.7" }, observables: [ip] } },
  {
    email: "kim@contoso.com",
    ipAddress: "203.0.113.7",
    has: { user: kim, src_endpoint: { ip: "203.0.113.7" }, observables: [address, ip] },
  },
])("an event can be searched by the address $email and $ipAddress", ({ email, ipAddress, has }) =>
  expect(toOcsfPerson({ email }, ipAddress)).toStrictEqual(has),
);

it("an event of a case has the gate that is given, or else the one called default", () => {
  expect(toOcsfCase({ reference: "A1" })).toMatchObject({ gate: "default", reference: "A1" });
  expect(toOcsfCase({ gate: "partners", reference: "A1", issuers: ["mail"], emailProven: true })).toEqual({
    gate: "partners",
    reference: "A1",
    issuers: ["mail"],
    emailProven: true,
  });
});

it.each([
  { uid: undefined, has: { name: "Kim", type_id: 2, type: "Admin" } },
  { uid: "7", has: { name: "Kim", uid: "7", type_id: 2, type: "Admin" } },
])("an event's operator has an id only if the id is known: $uid", ({ uid, has }) => expect(operator("Kim", uid)).toStrictEqual(has));

it.each([undefined, "sign-in-1"])("an event has Entra's correlation id only if Entra sent one: %s", (correlationId) => {
  const { detail } = toOcsfEvent(
    "CODE",
    { id: "1", time: "2026-06-15T12:00:00.000Z" },
    { type: "ocsf.authentication", activity: [1, "Logon"], outcome: informational, message: "m", more: {}, unmapped: {}, correlationId },
  );
  const { metadata } = detail as { readonly metadata: object };
  expect("correlation_uid" in metadata).toBe(correlationId !== undefined);
});
