import type { RuleTexts } from "../../engine/messages/rule-texts";

export const mailTexts = {
  "partner.subject": {
    en: "News of a partner's domain",
    ko: "파트너 도메인 상태 변경",
    ja: "パートナーのドメインに関するお知らせ",
    "zh-Hans": "合作伙伴域的状态变化",
    de: "Neues zur Domain eines Partners",
    fr: "Nouvelles du domaine d’un partenaire",
    es: "Novedades del dominio de un socio",
    "pt-BR": "Novidades do domínio de um parceiro",
  },
  "partner.proven": {
    en: "{domain} is proven: its TXT record was found. People of this domain count as a partner's.",
    ko: "{domain}: TXT 레코드가 확인되어 도메인이 인증되었습니다. 이 도메인을 쓰는 사람은 파트너로 처리됩니다.",
    ja: "{domain} の TXT レコードが見つかり、ドメインが確認されました。このドメインの人はパートナーとして扱われます。",
    "zh-Hans": "{domain} 已通过验证：找到了其 TXT 记录。该域的人员将视为合作伙伴的人员。",
    de: "{domain} ist bestätigt: Der TXT-Eintrag wurde gefunden. Personen dieser Domain zählen als Partner.",
    fr: "{domain} est vérifié : son enregistrement TXT a été trouvé. Les personnes de ce domaine comptent comme celles d’un partenaire.",
    es: "{domain} está verificado: se encontró su registro TXT. Las personas de este dominio cuentan como las de un socio.",
    "pt-BR": "{domain} está verificado: o registro TXT foi encontrado. As pessoas deste domínio contam como as de um parceiro.",
  },
  "partner.stale": {
    en: "{domain}: the TXT record is gone. People of this domain still count as a partner's until {until}. Ask the domain's owner to set it again.",
    ko: "{domain}: TXT 레코드가 없어졌습니다. {until}까지는 이 도메인을 쓰는 사람이 계속 파트너로 처리됩니다. 도메인 소유자에게 레코드를 다시 설정하도록 요청하세요.",
    ja: "{domain} の TXT レコードが見つからなくなりました。{until} までは、このドメインの人は引き続きパートナーとして扱われます。ドメインの所有者に再設定を依頼してください。",
    "zh-Hans": "{domain}：TXT 记录已消失。在 {until} 之前，该域的人员仍视为合作伙伴的人员。请让域的所有者重新设置该记录。",
    de: "{domain}: Der TXT-Eintrag fehlt. Personen dieser Domain zählen noch bis {until} als Partner. Bitten Sie den Inhaber der Domain, ihn wieder zu setzen.",
    fr: "{domain} : l’enregistrement TXT a disparu. Les personnes de ce domaine comptent encore comme celles d’un partenaire jusqu’au {until}. Demandez au propriétaire du domaine de le rétablir.",
    es: "{domain}: el registro TXT ya no está. Las personas de este dominio aún cuentan como las de un socio hasta el {until}. Pida al propietario del dominio que lo restablezca.",
    "pt-BR":
      "{domain}: o registro TXT não existe mais. As pessoas deste domínio ainda contam como as de um parceiro até {until}. Peça ao proprietário do domínio que o restabeleça.",
  },
  "partner.lapsed": {
    en: "{domain} has lapsed: its TXT record was not found in time. People of this domain no longer count as a partner's. To begin again, add the domain once more.",
    ko: "{domain}: 기한 안에 TXT 레코드가 확인되지 않아 인증이 만료되었습니다. 이 도메인을 쓰는 사람은 더 이상 파트너로 처리되지 않습니다. 다시 시작하려면 도메인을 다시 추가하세요.",
    ja: "{domain} は失効しました。期限までに TXT レコードが見つかりませんでした。このドメインの人はパートナーとして扱われなくなりました。再開するには、ドメインをもう一度追加してください。",
    "zh-Hans": "{domain} 已失效：未能在期限内找到其 TXT 记录。该域的人员不再视为合作伙伴的人员。如需重新开始，请再次添加该域。",
    de: "{domain} ist abgelaufen: Der TXT-Eintrag wurde nicht rechtzeitig gefunden. Personen dieser Domain zählen nicht mehr als Partner. Fügen Sie die Domain neu hinzu, um wieder zu beginnen.",
    fr: "{domain} a expiré : son enregistrement TXT n’a pas été trouvé à temps. Les personnes de ce domaine ne comptent plus comme celles d’un partenaire. Pour recommencer, ajoutez le domaine de nouveau.",
    es: "{domain} ha caducado: su registro TXT no se encontró a tiempo. Las personas de este dominio ya no cuentan como las de un socio. Para empezar de nuevo, vuelva a añadir el dominio.",
    "pt-BR":
      "{domain} expirou: o registro TXT não foi encontrado a tempo. As pessoas deste domínio não contam mais como as de um parceiro. Para recomeçar, adicione o domínio novamente.",
  },
} satisfies RuleTexts;
