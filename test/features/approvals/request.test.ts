import { readRequest, requestKey, requestWrite } from "../../../features/approvals/request";
import { NOW } from "../../engine/sign-up/people";
import { approved, pending } from "./requests";

it.each([{ condition: "absent" as const }, { condition: { turn: 3 } }])(
  "a request is written only if its row is unchanged since it was read: $condition",
  ({ condition }) => {
    const request = pending();
    expect(requestWrite(request, condition)).toEqual({ table: "approvals", item: request, condition });
    expect(requestKey(request.id)).toEqual({ table: "approvals", key: { id: request.id } });
  },
);

describe("a row edited by hand", () => {
  const staged = { list: [{ by: ["role:Security"], need: 2 }], running: 0, since: NOW.toISOString(), votes: [] };
  it.each([
    { column: "state", value: "aproved" },
    { column: "stat", value: "denied" },
    { column: "passUntill", value: NOW.toISOString() },
    { column: "expires", value: NOW.toISOString() },
    { column: "onApproval", value: "create" },
    { column: "passUntil", value: "next week" },
    { column: "answerBy", value: undefined },
    { column: "turn", value: "2" },
    { column: "email", value: "" },
    { column: "identities", value: "google.com" },
    { column: "lease", value: { holder: "x" } },
    { column: "identities", value: [5] },
    { column: "identities", value: [{ issuerAssignedId: "1184" }] },
    { column: "attributes", value: [] },
    { column: "locales", value: [1] },
    { column: "history", value: [null] },
    { column: "history", value: [{ at: "soon", to: "pending", by: { name: "x" } }] },
    { column: "decision", value: "yes" },
    { column: "decision", value: { verdict: "approved", at: NOW.toISOString() } },
    { column: "account", value: "0c1d" },
    { column: "stages", value: { ...staged, list: [] } },
    { column: "stages", value: { ...staged, running: 1 } },
    { column: "stages", value: { ...staged, list: [{ ...staged.list[0], need: 0 }] } },
    { column: "stages", value: { ...staged, votes: [{ stage: 0 }] } },
    { column: "failure", value: {} },
    { column: "earlier", value: { reference: "K7QD", decision: approved.decision, attributes: {} } },
  ])("is refused, with the name of the column $column", ({ column, value }) => {
    expect(() => readRequest({ ...pending(), [column]: value })).toThrow(`its column "${column}"`);
  });

  it("is named in an error by the request's code, if there is one, and not by the person", () => {
    const { reference } = pending();
    expect(() => readRequest({ ...pending(), turn: "2" })).toThrow(`The request ${reference} cannot be read: its column "turn"`);
    expect(() => readRequest({ ...pending(), reference: "kim@contoso.com" })).toThrow(/^A request cannot be read: its column "reference"/);
    expect(() => readRequest({ ...pending(), reference: 7 })).toThrow(/^A request cannot be read: its column "reference"/);
    expect(() => readRequest({ ...pending(), turn: "2" })).toThrow(
      expect.objectContaining({ name: "UnreadableRequestError", id: pending().id, column: "turn" }),
    );
  });

  it("is read if its earlier approval has a valid code", () => {
    const { reference, decision, attributes } = approved;
    expect(readRequest({ ...pending(), earlier: { reference, decision, attributes } })).toHaveProperty("earlier");
  });
});
