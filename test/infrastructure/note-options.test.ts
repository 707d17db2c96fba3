import type { NoteTemplate } from "../../console/pages/approvals/note-rules";
import { noteRules } from "../../lib/console/note-options";

const gates = ["default", "suppliers"];
const template = { text: { en: "No contract", ko: "계약 없음" }, verb: "deny", gate: "suppliers" } as const;

it("noteTemplates and requireNote are what the console goes by", () => {
  expect(noteRules({ noteTemplates: [template], requireNote: "deny" }, gates)).toEqual({ templates: [template], required: "deny" });
  expect(noteRules({}, gates)).toEqual({});
});

describe("noteTemplates and requireNote that cannot be meant are named", () => {
  const one = (more: object) => ({ noteTemplates: [template, { ...template, ...more } as NoteTemplate] });
  it.each([
    { options: { requireNote: "sometimes" as "deny" }, says: 'console.requireNote is "sometimes"; it must be "deny" or "always".' },
    { options: { noteTemplates: Array.from({ length: 21 }, () => template) }, says: "has 21 reasons; at most 20" },
    { options: { noteTemplates: "No" as unknown as NoteTemplate[] }, says: "must be a list" },
    { options: one({ text: " " }), says: "a text is missing or empty (number 2)" },
    { options: one({ text: { ko: "계약 없음" } }), says: "a text is missing or empty" },
    { options: one({ text: "x".repeat(201) }), says: "longer than 200 characters" },
    { options: one({ verb: "reopen" }), says: 'the verb is "reopen"' },
    { options: one({ gate: "elsewhere" }), says: 'there is no gate "elsewhere"' },
    { options: one({ note: "x" }), says: 'there is no "note"' },
  ])("$says", ({ options, says }) => expect(() => noteRules(options, gates)).toThrow(says));
});
