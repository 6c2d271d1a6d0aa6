const {show,hide,required}=document.currentScript.dataset;
for(const input of document.querySelectorAll('input[type=password]')){
const button=document.createElement('button');
const turn=open=>{
input.type=open?'text':'password';button.textContent=open?hide:show;
button.ariaLabel=button.textContent+': '+input.labels[0].textContent};
button.type='button';button.className='show';button.setAttribute('aria-controls',input.id);
button.onclick=()=>turn(input.type==='password');
input.after(button);turn(false);
input.form.addEventListener('submit',()=>turn(false));
}
const say=(input,text)=>{
const id=input.id+'-error',hint=document.getElementById(input.id+'-hint');let line=document.getElementById(id);
if(!text){
line?.remove();input.removeAttribute('aria-invalid');
if(hint)input.setAttribute('aria-describedby',hint.id);else input.removeAttribute('aria-describedby');
return}
if(!line){line=document.createElement('p');line.className='error';line.id=id;input.parentNode.insertBefore(line,hint)}
line.textContent=text;input.setAttribute('aria-invalid','true');
input.setAttribute('aria-describedby',hint?id+' '+hint.id:id)};
/* A form cannot be sent twice by a double click. The buttons come back: if loading is stopped, this page stays open. */
const release=()=>{for(const button of document.querySelectorAll('button:disabled'))button.disabled=false};
for(const form of document.forms){
if(form.noValidate)form.addEventListener('submit',event=>{
const empty=[...form.querySelectorAll('input[required]')].filter(input=>!input.value.trim());
for(const input of empty)say(input,required);
if(empty.length&&!form.action.endsWith('/login')){event.preventDefault();empty[0].focus()}});
form.addEventListener('submit',event=>{
if(event.defaultPrevented)return;
for(const button of form.querySelectorAll('button:not([type])'))button.disabled=true;
setTimeout(release,10000)});
form.addEventListener('input',event=>event.target.required&&event.target.value&&say(event.target,''));
}
for(const time of document.querySelectorAll('time'))time.textContent=new Date(time.dateTime).toLocaleString(document.documentElement.lang,{dateStyle:'medium',timeStyle:'short'});
/* A browser may keep a whole page for its back button, though it must not be stored: it hides, and is asked for anew.
The address of a form that was refused cannot be asked for. */
addEventListener('pagehide',event=>{if(event.persisted)document.body.hidden=true});
addEventListener('pageshow',event=>{if(event.persisted)location.replace(/^\/account(?!\/security$)/.test(location.pathname)?'/account':location.href)});
addEventListener('pageshow',release);
