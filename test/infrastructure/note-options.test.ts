import { noteRules } from "../../lib/console/note-options";
import { assertOptions } from "../../lib/gatehouse-options";

const gates = ["default", "suppliers"];
const template = { text: { en: "No contract", ko: "계약 없음" }, verb: "deny", gate: "suppliers" } as const;

it("noteTemplates and requireNote are what the console goes by", () => {
  expect(noteRules({ noteTemplates: [template], requireNote: "deny" }, gates)).toEqual({ templates: [template], required: "deny" });
  expect(noteRules({}, gates)).toEqual({});
});

describe("noteTemplates and requireNote that cannot be meant are named", () => {
  const one = (more: object) => ({ noteTemplates: [template, { ...template, ...more }] });
  it.each([
    { options: { requireNote: "sometimes" }, says: 'console.requireNote is "sometimes"; it must be "deny" or "always".' },
    { options: { noteTemplates: Array.from({ length: 21 }, () => template) }, says: "it must be a list of at most 20 reasons" },
    { options: { noteTemplates: "No" }, says: 'console.noteTemplates is "No"; it must be a list' },
    { options: one({ text: " " }), says: 'console.noteTemplates[1].text is " "; it must be a text of 1 to 200 characters' },
    { options: one({ text: { ko: "계약 없음" } }), says: "console.noteTemplates[1].text.en is missing" },
    { options: one({ text: "x".repeat(201) }), says: "a text of 1 to 200 characters" },
    { options: one({ verb: "reopen" }), says: 'console.noteTemplates[1].verb is "reopen"; it must be "approve" or "deny"' },
    { options: one({ note: "x" }), says: "console.noteTemplates[1].note is unknown" },
  ])("$says", ({ options, says }) => {
    const console = { tenantId: "contoso.onmicrosoft.com", clientId: "1", ...options };
    expect(() => assertOptions({ policy: "policy", console })).toThrow(says);
  });

  it("a gate that there is not", () => {
    expect(() => noteRules({ noteTemplates: [{ ...template, gate: "elsewhere" }] }, gates)).toThrow('there is no gate "elsewhere"');
  });
});
