import * as v from "valibot";
import { catalogues } from "../../../engine/messages";
import { inLanguageOf } from "../../../engine/messages/valibot";

const told = (schema: v.GenericSchema, value: unknown, ...locales: string[]) =>
  inLanguageOf("valibot", locales, () => v.safeParse(schema, value).issues?.[0].message);

const others = catalogues.filter(({ language }) => language !== "en");

describe("valibot's own words", () => {
  const short = v.pipe(v.string(), v.minLength(5));

  it.each([
    { locale: "en-GB", text: "Invalid length: Expected >=5 but received 2" },
    { locale: "ko-KR", text: "유효하지 않은 길이: >=5 을(를) 예상했으나 2 을(를) 받았습니다" },
    { locale: "ja", text: "無効な長さ: >=5 を期待しましたが、 2 を受け取りました" },
    { locale: "zh-CN", text: "无效的长度：预期为 >=5，而输入为 2" },
    { locale: "zh-TW", text: "Invalid length: Expected >=5 but received 2" },
    { locale: "de-AT", text: "Ungültige Länge: >=5 erwartet aber 2 erhalten" },
    { locale: "fr-CA", text: /^Lon.*attendu >=5, mais reçu 2$/ },
    { locale: "es-MX", text: "Longitud inválida: Se esperaba >=5 pero se recibió 2" },
    { locale: "pt-PT", text: "Tamanho inválido: Esperado >=5, porém foi recebido 2" },
    { locale: "fi", text: "Invalid length: Expected >=5 but received 2" },
  ])("come for $locale in the language of the catalogue", ({ locale, text }) => expect(told(short, "CE", locale)).toMatch(text));

  it.each(others)("for a type are not English in $language", ({ language }) => {
    expect(told(v.string(), 1, language)).not.toMatch(/Invalid|Expected/);
    expect(told(v.pipe(v.string(), v.email()), "x", language)).not.toMatch(/Invalid|Expected/);
  });

  it.each(others)("give way to the catalogue's in $language where nobody translated them", ({ language, reasons }) =>
    expect(told(v.pipe(v.string(), v.digits()), "x", language)).toBe(reasons["attribute.invalid"]),
  );

  it("stay as they are in English where nobody translated them", () =>
    expect(told(v.pipe(v.string(), v.digits()), "x", "en")).toMatch(/^Invalid digits: /));

  it("give way to the schema's", () => expect(told(v.pipe(v.string(), v.digits("Nur Ziffern")), "x", "de")).toBe("Nur Ziffern"));

  it("give way to a text the policy sets for the language", () => {
    const before = v.getGlobalMessage("pt");
    v.setGlobalMessage("Não serve.", "pt");
    try {
      expect(told(v.pipe(v.string(), v.digits()), "x", "pt-BR")).toBe("Não serve.");
    } finally {
      if (before !== undefined) v.setGlobalMessage(before, "pt");
    }
  });
});

it("leaves other libraries and valibot's own setting alone", () => {
  v.setGlobalConfig({ lang: "ru" });
  try {
    expect(inLanguageOf("zod", ["de"], () => v.getGlobalConfig().lang)).toBe("ru");
    expect(inLanguageOf("valibot", ["de"], () => v.getGlobalConfig().lang)).toBe("de");
    expect(v.getGlobalConfig().lang).toBe("ru");
    expect(() =>
      inLanguageOf("valibot", ["de"], () => {
        throw new Error("broken");
      }),
    ).toThrow("broken");
    expect(v.getGlobalConfig().lang).toBe("ru");
  } finally {
    v.deleteGlobalConfig();
  }
});
