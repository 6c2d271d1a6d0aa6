const {show,hide,required}=document.currentScript.dataset;
for(const input of document.querySelectorAll('input[type=password]')){
const button=document.createElement('button');
button.type='button';button.className='show';button.textContent=show;button.setAttribute('aria-controls',input.id);
button.onclick=()=>{const open=input.type==='password';input.type=open?'text':'password';button.textContent=open?hide:show};
input.after(button);
input.form.addEventListener('submit',()=>{input.type='password'});
}
const say=(input,text)=>{
const id=input.id+'-error';let line=document.getElementById(id);
if(!text){line?.remove();input.removeAttribute('aria-invalid');input.removeAttribute('aria-describedby');return}
if(!line){line=document.createElement('p');line.className='error';line.id=id;input.parentNode.append(line)}
line.textContent=text;input.setAttribute('aria-invalid','true');input.setAttribute('aria-describedby',id)};
for(const form of document.forms){
if(form.noValidate)form.addEventListener('submit',event=>{
const empty=[...form.querySelectorAll('input[required]')].filter(input=>!input.value.trim());
for(const input of empty)say(input,required);
if(empty.length&&!form.action.endsWith('/login')){event.preventDefault();empty[0].focus()}});
form.addEventListener('input',event=>event.target.required&&event.target.value&&say(event.target,''));
}
for(const time of document.querySelectorAll('time'))time.textContent=new Date(time.dateTime).toLocaleString(document.documentElement.lang,{dateStyle:'medium',timeStyle:'short'});
