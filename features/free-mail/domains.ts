import { mailProviders } from "../../engine/sign-up/spellings";

/** The largest mail domains where anyone gets an address within a minute. */
export const freeMail = new Set([
  ...mailProviders.flatMap(({ domains }) => domains),
  ...(
    "126.com 163.com aim.com alice.it arcor.de att.net bell.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com " +
    "centrum.cz charter.net comcast.net cox.net docomo.ne.jp duck.com earthlink.net email.com ezweb.ne.jp fastmail.com foxmail.com " +
    "free.fr freemail.hu freenet.de hanmail.net hey.com hushmail.com i.softbank.jp inbox.com inbox.lv inbox.ru interia.pl " +
    "juno.com kakao.com keemail.me laposte.net libero.it list.ru mail.com mail.de mail.ee mail.ru mailbox.org nate.com naver.com " +
    "neuf.fr ntlworld.com o2.pl onet.pl op.pl optonline.net optusnet.com.au orange.fr posteo.de qq.com rambler.ru rediffmail.com " +
    "rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de " +
    "talktalk.net tele2.nl telenet.be telus.net terra.com.br tiscali.it tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net " +
    "uol.com.br usa.com verizon.net videotron.ca vip.qq.com virgilio.it virginmedia.com volny.cz walla.co.il wanadoo.fr web.de wp.pl " +
    "yeah.net ziggo.nl zohomail.com"
  ).split(" "),
]);
