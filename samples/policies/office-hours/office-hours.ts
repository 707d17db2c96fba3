import { block, defineRule, pass } from "entra-gatehouse";

const seoul = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Seoul", weekday: "short", hour: "2-digit", hourCycle: "h23" });
const workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"];

/** From 9 to 18 on workdays in Seoul, when somebody can help. */
export const officeHours = defineRule("office-hours", ({ now }) => {
  const { weekday = "", hour } = Object.fromEntries(seoul.formatToParts(now).map(({ type, value }) => [type, value]));
  if (workdays.includes(weekday) && Number(hour) >= 9 && Number(hour) < 18) return pass();
  return block("office-hours.closed", {
    en: "You can sign up on workdays from 9:00 to 18:00, Korean time.",
    ko: "가입은 평일 9시부터 18시까지 가능합니다.",
  });
});
