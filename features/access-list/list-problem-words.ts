/**
 * The engine's problems of rows and files in Korean: `{}` is a variable part. Keyed by the English sentence, which the hygiene worker
 * stores in a row's `problem`, perhaps for years.
 */
const korean: Readonly<Record<string, string>> = {
  // Cells of a row.
  "effect is neither allow nor deny": "효과가 allow도 deny도 아닙니다",
  "it denies": "거부로 적용됩니다",
  "issuer is not a provider's name": "제공자의 이름이 아닙니다",
  "an allow does not count, a deny counts for everyone": "허용은 적용되지 않고, 거부는 모든 사람에게 적용됩니다",
  "gates is not names of gates": "게이트 이름이 아닙니다",
  "an allow does not count, a deny counts at every gate": "허용은 적용되지 않고, 거부는 모든 게이트에서 적용됩니다",
  "expiresAt is not a date like 2027-01-31": "유효 기한이 2027-01-31 같은 날짜가 아닙니다",
  "expiresAt is not a day or time that exists": "유효 기한이 달력에 없는 날짜나 시각입니다",
  "expiresAt is not clearly a day: write 2027-01-31": "유효 기한이 날짜인지 분명하지 않습니다. 2027-01-31과 같이 입력하세요",
  "expiresAt is not in the order year, month, day: write 2027-01-31":
    "유효 기한이 연, 월, 일 순서가 아닙니다. 2027-01-31과 같이 입력하세요",
  "an allow does not count, a deny stays": "허용은 적용되지 않고, 거부는 그대로 남습니다",
  'the column "{}" should be called {}: an allow does not count until then':
    '열 "{}"의 이름은 {}이어야 합니다: 고칠 때까지 허용은 적용되지 않습니다',
  'the column "{}" should be called {}': '열 "{}"의 이름은 {}이어야 합니다',
  // Entries. In a row's `problem`, "entry is" precedes each.
  "not a domain after *.: write *.contoso.com": "*. 뒤가 도메인이 아닙니다. *.contoso.com과 같이 입력하세요",
  "not an address: write contoso.com for everyone of that domain":
    "주소가 아닙니다. 그 도메인의 모든 사람이라면 contoso.com과 같이 입력하세요",
  "not an e-mail address: write kim@contoso.com": "이메일 주소가 아닙니다. kim@contoso.com과 같이 입력하세요",
  "not an address or a domain: write kim@contoso.com, contoso.com or *.contoso.com":
    "주소나 도메인이 아닙니다. kim@contoso.com, contoso.com 또는 *.contoso.com과 같이 입력하세요",
  "no identity provider after issuer: write issuer:google.com": "issuer: 뒤에 ID 제공자가 없습니다. issuer:google.com과 같이 입력하세요",
  "no account id after the slash: write issuer:google.com or issuer:google.com/1184":
    "빗금 뒤에 계정 ID가 없습니다. issuer:google.com 또는 issuer:google.com/1184와 같이 입력하세요",
  "no step's policy asks for the class {}: {}": "어느 단계의 정책도 {} 유형을 묻지 않습니다: {}",
  // Rows of a file.
  "not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8":
    "UTF-8이 아니거나 이전 변환에서 손상되었습니다. 파일을 UTF-8로 저장하세요",
  "the entry is missing": "항목이 없습니다",
  "the entry is not a text": "항목이 텍스트가 아닙니다",
  "the note is not a text": "메모가 텍스트가 아닙니다",
  "the entry is longer than the {} bytes that DynamoDB takes for a key": "항목이 DynamoDB의 키로 쓸 수 있는 {}바이트보다 깁니다",
  "disagrees with line {}: both are the entry {}": "{}번째 줄과 다릅니다. 두 줄 모두 {} 항목입니다",
  "disagrees with line {}: the same address is allowed and denied": "{}번째 줄과 다릅니다. 같은 주소를 허용하고 거부합니다",
  "{} cell where the header names {}": "머리글의 열은 {1}개인데 칸은 {0}개입니다",
  "{} cells where the header names {}": "머리글의 열은 {1}개인데 칸은 {0}개입니다",
  "a spreadsheet takes the note for a formula: put a ' before its first character":
    "스프레드시트가 메모를 수식으로 읽습니다. 첫 글자 앞에 '를 붙이세요",
  "a quote opens here and is not closed": "여기에서 열린 따옴표가 닫히지 않았습니다",
  "a quote is not closed before its cell ends": "칸이 끝나기 전에 따옴표가 닫히지 않았습니다",
  'a quote within a cell that is not quoted: write "5"" pipe"':
    '따옴표로 묶지 않은 칸 안에 따옴표가 있습니다. "5"" 파이프"와 같이 입력하세요',
  "longer than {} characters": "{}자보다 깁니다",
  "the file is empty: its first line names the columns, {}": "파일이 비어 있습니다. 첫 줄에는 열 이름을 적습니다: {}",
  "not UTF-8 (UTF-16 perhaps): save the file as UTF-8": "UTF-8이 아닙니다(UTF-16일 수 있습니다). 파일을 UTF-8로 저장하세요",
  "separate columns with commas": "열을 쉼표로 구분하세요",
  "the first line has to name the columns: {}": "첫 줄에는 열 이름을 적어야 합니다: {}",
  'there is no column "{}"; there are {}': '"{}" 열은 없습니다. 있는 열: {}',
  'there is no column "{}": write {}': '"{}" 열은 없습니다. {}으로 입력하세요',
  'the column "{}" is missing': '"{}" 열이 없습니다',
  'the column "{}" appears twice': '"{}" 열이 두 번 있습니다',
};

const patterns = Object.entries(korean).map(([english, text]) => ({
  pattern: new RegExp(`^${english.split("{}").map(escaped).join("(.*)")}$`, "s"),
  text,
}));

/** A problem of a row or file in an operator's language. Untranslated text stays English. */
export function listProblemText(language: "en" | "ko", problem: string): string {
  return language === "en" ? problem : inKorean(problem);
}

function inKorean(text: string): string {
  // Sentence by sentence first: otherwise a variable part could match into the next sentence.
  const sentences = text.split("; ");
  const said = sentences.map(sentence);
  if (!said.includes(undefined)) return said.join("; ");
  return known(text) ?? said.map((words, index) => words ?? sentences[index]).join("; ");
}

function sentence(problem: string): string | undefined {
  const text = problem.replace(/^entry is /, "");
  const whole = known(text);
  const at = text.lastIndexOf(": ");
  if (whole !== undefined || at < 0) return whole;
  const parts = [text.slice(0, at), text.slice(at + 2)];
  const said = parts.map(known);
  return said.every((part) => part === undefined) ? undefined : said.map((part, index) => part ?? parts[index]).join(": ");
}

function known(text: string): string | undefined {
  for (const { pattern, text: words } of patterns) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const [, ...about] = found;
    let next = 0;
    return words.replace(/\{(\d?)\}/g, (_, place: string) => about[place === "" ? next++ : Number(place)] ?? "");
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
