import { visible } from "../../../console/parts/value";

it.each([
  { what: "a name in Persian", text: "علی\u200cرضا", shown: "علی\u200cرضا" },
  { what: "a name in Hindi", text: "राज्\u200dय", shown: "राज्\u200dय" },
  { what: "a name in Sinhala", text: "ශ්\u200dරී", shown: "ශ්\u200dරී" },
  { what: "a joiner that does nothing", text: "ki\u200dm@contoso.com", shown: "ki⟨U+200D⟩m@contoso.com" },
  { what: "a joiner at the end", text: "علی\u200c", shown: "علی⟨U+200C⟩" },
  { what: "a direction override", text: "\u202egnp.exe", shown: "⟨U+202E⟩gnp.exe" },
])("invisible characters are made visible, except those that the spelling of a word needs: $what", ({ text, shown }) =>
  expect(visible(text)).toBe(shown),
);
