import { inMemory } from "../../../engine/files/workspace";
import { classNames, readEntry } from "../../../features/access-list/entry";
import { checkList } from "../../../features/access-list/files/check";
import { ListFileError, readList } from "../../../features/access-list/files/read";
import { tidy } from "../../../features/access-list/hygiene";
import { listProblemText } from "../../../features/access-list/list-problem-words";

const entries = ["*.", "*@contoso.com", "kim@", "kim", "issuer:", "issuer:google.com/"];
const rows = [
  { effect: "alow", issuer: " ", gates: "?", expiresAt: "soon", "Expires on": "x" },
  ...entries.map((entry) => ({ entry, effect: "deny" })),
  ...classNames.map((entry) => ({ entry, effect: "deny" })),
];
const lines = [
  "kim@,allow",
  ",allow",
  "a.example,alow",
  "a.example,allow,=1",
  "a.example,allow,x,y",
  "caf\ufffd.example,allow,",
  `${"x".repeat(60)}@${"x.".repeat(1_000)}example,deny,`,
  "b.example,allow,",
  "b.example,deny,",
  "kim+x@b.example,allow,",
  "kim+x@b.example,deny,",
  'a"b,deny,',
  '"a"b,deny,',
  '"a,deny,',
];
const files = [
  "",
  "entry;effect",
  "a,b",
  "entry,effect,other",
  "entry",
  "entry,entry,effect",
  "entry\0",
  "entry,effect,expires",
  "entry,effect,expiresAt\na.example,deny,31.12.2027\na.example,deny,2027-02-30\na.example,deny,2027\n",
  `entry,effect,note\n${lines.join("\n")}\n`,
  `entry,effect\n"${"x".repeat(2_000_000)}"\n`,
];

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}

async function problemsOf(file: string): Promise<readonly string[]> {
  try {
    return (await checkList(readList(inOnePiece(file), "csv"), inMemory)).problems.first.map(({ why }) => why);
  } catch (error) {
    return error instanceof ListFileError ? [error.message] : [];
  }
}

/** What is typed as it stands: names of columns, values, examples. */
const names =
  /\b(entry|effect|issuer|note|expiresAt|gates|allow|deny|disposable|relay|consumer|other|accessList|classes)\b|\S+@\S+|[\w*:/-]+\.[\w./*-]+|".*?"/g;

it("says every problem of rows and files in Korean", async () => {
  const said = [
    ...entries.flatMap((entry) => [readEntry(entry)].flatMap((read) => (read.ok ? [] : [read.problem]))),
    ...rows.flatMap((row) => tidy({ entry: "a.example", ...row }, []).problem ?? []),
    ...(await Promise.all(files.map(problemsOf))).flat(),
  ];
  const kinds = new Set(said.map((text) => text.replace(/\d+|\S+\.example/g, "")));
  expect(kinds.size).toBeGreaterThan(28);
  for (const english of said) {
    expect(listProblemText("en", english)).toBe(english);
    const korean = listProblemText("ko", english);
    expect([
      english,
      korean
        .replace(names, "")
        .match(/[A-Za-z]{4,}/g)
        ?.filter((word) => word !== "DynamoDB") ?? [],
    ]).toEqual([english, []]);
    expect(korean).toMatch(/[가-힣]/);
  }
});

it("says two problems of one kind one by one", () => {
  const { problem = "" } = tidy({ entry: "a.example", effect: "allow", Issuer: "google.com", gate: "main" }, []);
  const text = listProblemText("ko", problem);
  expect(text).toContain('열 "Issuer"의 이름은 issuer이어야');
  expect(text).toContain('열 "gate"의 이름은 gates이어야');
  expect(text).not.toContain("column");
});

it.each([
  { problem: "effect is neither allow nor deny: it denies", says: "효과가 allow도 deny도 아닙니다: 거부로 적용됩니다" },
  {
    problem: "the entry is missing; the note is not a text",
    says: "항목이 없습니다; 메모가 텍스트가 아닙니다",
  },
  { problem: "entry is not an e-mail address: write kim@contoso.com", says: "이메일 주소가 아닙니다. kim@contoso.com과 같이 입력하세요" },
  { problem: "3 cells where the header names 12", says: "머리글의 열은 12개인데 칸은 3개입니다" },
  // What is new says itself, and the rest says what it means.
  { problem: "gates is not names of gates: something new", says: "게이트 이름이 아닙니다: something new" },
  { problem: "the entry is missing; something new", says: "항목이 없습니다; something new" },
  { problem: "the whole entry is missing", says: "the whole entry is missing" },
  {
    problem: 'the column "a: x; b: y" should be called issuer: an allow does not count until then',
    says: '열 "a: x; b: y"의 이름은 issuer이어야 합니다: 고칠 때까지 허용은 적용되지 않습니다',
  },
  { problem: "?the entry is missing", says: "?the entry is missing" },
  { problem: ": it denies", says: ": 거부로 적용됩니다" },
])("says $problem as $says", ({ problem, says }) => expect(listProblemText("ko", problem)).toBe(says));

it("leaves a sentence alone that it does not know, however long", () => {
  const hostile = "effect; ".repeat(20_000);
  expect(listProblemText("ko", hostile)).toBe(hostile);
  expect(
    listProblemText("ko", `the column ${JSON.stringify(`effect${hostile}`)} should be called effect: an allow does not count until then`),
  ).toMatch(/이름은 effect이어야/);
});
