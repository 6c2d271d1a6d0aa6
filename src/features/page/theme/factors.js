{
/* Passkeys. The answers are written by hand: the objects of some password managers have no toJSON. */
const read=text=>Uint8Array.from(atob(text.replace(/-/g,'+').replace(/_/g,'/')),char=>char.charCodeAt(0));
const write=buffer=>btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g,'-').replace(/\//g,'_').replace(/=/g,'');
const options=form=>{
const asked=JSON.parse(form.dataset.options);
asked.challenge=read(asked.challenge);
if(asked.user)asked.user.id=read(asked.user.id);
for(const known of asked.allowCredentials??asked.excludeCredentials??[])known.id=read(known.id);
return asked};
const answer=({id,rawId,type,response})=>{
const members={};
for(const name of ['clientDataJSON','attestationObject','authenticatorData','signature','userHandle'])
if(response[name])members[name]=write(response[name]);
if(response.getTransports)members.transports=response.getTransports();
return JSON.stringify({id,rawId:write(rawId),type,response:members})};
/* A browser runs one ceremony at a time: a new one ends the one that waits. */
let waiting,isShown=false;
const run=async(form,mediation)=>{
waiting?.abort();
const {signal}=waiting=new AbortController(),line=form.querySelector('[data-say]');
line.hidden=true;isShown=!mediation;
try{
const credential=await navigator.credentials[form.dataset.passkey]({publicKey:options(form),signal,mediation});
form.elements.credential.value=answer(credential);
form.submit();
}catch(error){
if(signal.aborted||mediation)return;
isShown=false;
line.textContent=error.name==='InvalidStateError'?form.dataset.present:form.dataset.refused;line.hidden=false;
offer(form)}};
/* Passkeys among the suggestions of the email field. */
const offer=async form=>{
if('conditional' in form.dataset&&await PublicKeyCredential.isConditionalMediationAvailable?.())run(form,'conditional')};
/* A challenge works for five minutes: a page that stays open gets a new one. */
const renew=form=>{
let since=Date.now();
const look=async()=>{
if(document.hidden||isShown||Date.now()-since<24e4)return;
since=Date.now();
try{
const page=new DOMParser().parseFromString(await(await fetch('/login')).text(),'text/html');
const fresh=page.querySelector('form[data-conditional]');
if(!fresh||isShown)return;
form.dataset.options=fresh.dataset.options;
form.elements.challenge_token.value=fresh.elements.challenge_token.value;
offer(form)
}catch{since-=24e4}};
setInterval(look,15e3);document.addEventListener('visibilitychange',look)};
if(window.PublicKeyCredential){
for(const part of document.querySelectorAll('[data-needs-passkey]'))part.hidden=false;
for(const form of document.querySelectorAll('form[data-passkey]')){
form.querySelector('[data-run]').onclick=()=>run(form);
if('conditional' in form.dataset){offer(form);renew(form)}
if('auto' in form.dataset)run(form)}
}
/* Recovery codes. */
const codes=[...document.querySelectorAll('.codes li')].map(line=>line.textContent).join('\n');
for(const button of document.querySelectorAll('[data-copied]'))if(navigator.clipboard){
button.hidden=false;
button.onclick=async()=>{await navigator.clipboard.writeText(codes);button.textContent=button.dataset.copied}}
for(const button of document.querySelectorAll('[data-print]')){button.hidden=false;button.onclick=()=>print()}
}
