import { isOfDecisions } from "../../engine/directory-account";

const letIn = { at: "2026-03-01T12:00:00.000Z", last: "2026-03-02T12:00:00.000Z" };

it.each([
  { made: "2026-03-01T11:58:59.999Z", is: false },
  { made: "2026-03-01T11:59:00.000Z", is: true },
  { made: "2026-03-02T13:00:00.000Z", is: true },
  { made: "2026-03-02T13:00:00.001Z", is: false },
  { made: "never", is: false },
])("an account created at $made was let in by the gate: $is", ({ made, is }) =>
  expect(isOfDecisions({ createdDateTime: made }, letIn)).toBe(is),
);
