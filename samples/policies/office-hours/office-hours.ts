import { block, defineRule, pass } from "entra-gatehouse";

/** From 9 to 18 on workdays in Seoul, when somebody can help: 0 to 9 UTC all year, on the same day. */
export const officeHours = defineRule("office-hours", ({ now }) =>
  now.getUTCDay() % 6 > 0 && now.getUTCHours() < 9
    ? pass()
    : block("office-hours.closed", {
        en: "Sign up on workdays, 9 to 18, Korean time.",
        ko: "가입은 평일 9시부터 18시까지 가능합니다.",
      }),
);
