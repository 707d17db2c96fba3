import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "lookup.address-unproven": {
    meaning: {
      en: "no provider that the source trusts confirms the person's address",
      ko: "신뢰하는 제공자가 확인한 주소가 아니어서 외부 자료를 조회하지 않았습니다",
    },
    remedy: {
      en: "The person has to sign up in a way that proves the address, such as a one-time passcode; or name the provider in the source's trust.",
      ko: "일회용 암호처럼 주소를 확인하는 방법으로 가입해야 합니다. 또는 자료의 trust에 제공자를 추가하세요.",
    },
  },
  "lookup.not-found": {
    meaning: { en: "the source does not know this person", ko: "외부 자료에 없는 사람입니다" },
    remedy: { en: "Add the person to the system that was asked.", ko: "조회한 시스템에 이 사람을 등록하세요." },
  },
};
