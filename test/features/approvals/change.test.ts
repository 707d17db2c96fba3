import { acceptChange, buildCondition, buildNoteField, change, limitHistory, refuseChange } from "../../../features/approvals/change";
import { NOW } from "../../engine/sign-up/people";
import { approved, at, DAY, later, pending } from "./requests";

const asked = pending();

describe("a change of a request", () => {
  it("requires that the row is unchanged since it was read, and adds one to the row's count of changes", () => {
    expect(buildCondition(undefined)).toBe("absent");
    expect(buildCondition(approved)).toEqual({ turn: approved.turn });
    expect(acceptChange(asked, at.approved)).toEqual({ ok: true, request: { ...at.approved, turn: 2 }, condition: { turn: 1 } });
  });

  it("reports the earlier decider if the change is refused", () => {
    expect(refuseChange(asked, "pending")).toStrictEqual({ ok: false, why: "pending" });
    expect(refuseChange(approved, "already")).toStrictEqual({ ok: false, why: "already", decision: approved.decision });
    expect(change(approved, NOW, undefined, () => ({ why: "not-yet", until: "then" }))).toStrictEqual({
      ok: false,
      why: "not-yet",
      decision: approved.decision,
      until: "then",
    });
  });

  it("starts from the state that the request has at the current time", () =>
    expect(change(asked, later(14 * DAY), undefined, ({ state }) => state)).toMatchObject({ ok: false, why: "expired" }));

  it("keeps a note that is not empty, and the last fifty lines of the history", () => {
    expect([buildNoteField(undefined), buildNoteField(""), buildNoteField("known")]).toStrictEqual([{}, {}, { note: "known" }]);
    const [line] = asked.history as [(typeof asked.history)[number]];
    const lines = Array.from({ length: 60 }, (_, index) => ({ ...line, note: String(index) }));
    expect(limitHistory(lines)).toEqual(lines.slice(10));
  });
});
