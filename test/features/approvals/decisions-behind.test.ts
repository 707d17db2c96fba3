import { decisionsBehind } from "../../../features/approvals/request-facts";
import { NOW } from "../../engine/sign-up/people";
import { later, MINUTE } from "./requests";

const requestedAt = NOW.toISOString();
const decision = (ms: number, reference: string, reasons = ["approval.requested"]) => ({ at: later(ms).toISOString(), reasons, reference });

it("a request belongs only to decisions at its own gate", async () => {
  async function* decisions() {
    yield [decision(0, "default"), { ...decision(0, "suppliers"), gate: "suppliers" }];
  }
  expect((await decisionsBehind({ requestedAt }, decisions())).map(({ reference }) => reference)).toEqual(["default"]);
  expect((await decisionsBehind({ requestedAt, gate: "suppliers" }, decisions())).map(({ reference }) => reference)).toEqual(["suppliers"]);
});

it("a request belongs to decisions that name it and lie within two minutes of it, before or after", async () => {
  let pages = 0;
  async function* decisions() {
    pages++;
    yield [decision(2 * MINUTE + 1, "late"), decision(2 * MINUTE, "repeat")];
    pages++;
    yield [decision(0, "call"), decision(0, "other", ["approval.pending"]), decision(-2 * MINUTE, "early")];
    pages++;
    yield [decision(-MINUTE, "nearly", []), decision(-2 * MINUTE - 1, "before")];
    pages++;
    yield [];
  }
  expect((await decisionsBehind({ requestedAt }, decisions())).map(({ reference }) => reference)).toEqual(["repeat", "call", "early"]);
  // What is older than that is not read on.
  expect(pages).toBe(3);
});
