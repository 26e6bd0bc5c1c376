// The style of the HTML report: colours of both schemes, one column that grows, and what paper needs.

/** CSS without anything that is loaded. */
export const htmlStyle = `
:root{color-scheme:light dark;--text:#1c2024;--soft:#55606b;--page:#fff;--card:#f6f7f9;--line:#d5dae0;--link:#0b57a4;
--fail:#b42318;--failback:#fdecea;--warn:#8a5300;--warnback:#fff4e0;--pass:#17663a}
@media (prefers-color-scheme:dark){:root{--text:#e8eaed;--soft:#a6b0ba;--page:#15181c;--card:#1e2329;--line:#39424d;
--link:#7db8f7;--fail:#ff9d94;--failback:#3a1c1a;--warn:#f2c07a;--warnback:#36290f;--pass:#7fd6a3}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
header,main,footer{max-width:64rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{margin:0;font-size:1.75rem;line-height:1.2}
h2{margin:2.5rem 0 .75rem;font-size:1.3rem}
h3{margin:0;font-size:1.05rem}
h4{margin:1rem 0 .5rem;font-size:.9rem}
a{color:var(--link)}
code,pre{font:13px/1.45 ui-monospace,monospace}
code{overflow-wrap:anywhere}
.server{margin:.25rem 0;font-size:1.1rem}
.facts,footer,.about{color:var(--soft)}
.facts{margin:0}
.note{border-left:4px solid var(--line);padding-left:.75rem}
.totals{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0 0;padding:0;list-style:none}
.totals li{flex:1 1 9rem;border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem;background:var(--card)}
.totals b{display:block;font-size:1.6rem;line-height:1.2}
.totals .fail b{color:var(--fail)}
.totals .warn b{color:var(--warn)}
.totals .pass b{color:var(--pass)}
.contents{padding-left:1.75rem}
.contents li{margin:.15rem 0}
.level,.number{color:var(--soft);font-size:.85rem}
article{margin:1.25rem 0;border:1px solid var(--line);border-left-width:6px;border-radius:8px;padding:1rem 1.1rem;background:var(--card)}
article.fail{border-left-color:var(--fail)}
article.warn{border-left-color:var(--warn)}
.about{margin:.35rem 0 .75rem}
.badge{border-radius:4px;padding:.1rem .45rem;font-size:.8rem;font-weight:600}
.fail .badge{background:var(--failback);color:var(--fail)}
.warn .badge{background:var(--warnback);color:var(--warn)}
dl{display:grid;grid-template-columns:7rem 1fr;gap:.35rem .75rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
ol.before{margin:.25rem 0;padding-left:1.5rem;color:var(--soft)}
.step{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin:.5rem 0}
figure{margin:0;min-width:0}
figcaption{color:var(--soft);font-size:.85rem}
pre{margin:.15rem 0 0;border:1px solid var(--line);border-radius:6px;padding:.6rem;background:var(--page);white-space:pre-wrap;overflow-wrap:anywhere}
details{margin:.6rem 0}
summary{cursor:pointer}
details ul{padding-left:1.25rem}
footer{margin-top:3rem;padding-bottom:2rem;font-size:.9rem}
@media (max-width:40rem){.step,dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{:root{color-scheme:light;--text:#000;--soft:#444;--page:#fff;--card:#fff;--line:#999;--link:#000;--fail:#a00;--warn:#640;--pass:#050;
--failback:#fff;--warnback:#fff}body{font-size:11pt}.step{break-inside:avoid}article{break-inside:auto}h3,.about,dl{break-after:avoid}}
`
