import { sanitiseText } from "../../../engine/mail/voice";

it.each([
  { text: "Kim", shown: "Kim" },
  { text: "  Kim\r\n\t\u0085 Lee\u3000 ", shown: "Kim Lee" },
  { text: "a\u202eb\u200bc", shown: "abc" },
  { text: "نام\u200cها", shown: "نام\u200cها" },
  { text: "half \ud800 a character", shown: "half \ufffd a character" },
  { text: "evil.example/a:b@c", shown: "evil.\u200bexample/\u200ba:\u200bb@\u200bc" },
  { text: "evil。example", shown: "evil。\u200bexample" },
  { text: "Ltd. and so on", shown: "Ltd. and so on" },
  { text: "😀".repeat(100), shown: "😀".repeat(100) },
  { text: "😀".repeat(101), shown: `${"😀".repeat(100)}…` },
])("$text appears in a mail as $shown", ({ text, shown }) => expect(sanitiseText(text)).toBe(shown));
