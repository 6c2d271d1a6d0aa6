//! Public keys in registrations: of the offered algorithms, complete, and nothing more.

use ciborium::Value as Cbor;

use super::{Place, phone};

fn key_of(list: &[(i64, Cbor)]) -> Cbor {
    Cbor::Map(
        list.iter()
            .map(|(label, value)| ((*label).into(), value.clone()))
            .collect(),
    )
}

#[tokio::test]
async fn keys_that_were_not_offered_or_could_never_verify_are_refused() {
    let place = Place::new().await;
    let Cbor::Map(good) = phone("key").cose_key() else {
        unreachable!()
    };
    let (x, y) = (good[3].1.clone(), good[4].1.clone());
    let bytes = |length| Cbor::Bytes(vec![1; length]);
    let p256 = |alg: i64, x: &Cbor, y: &Cbor| {
        key_of(&[
            (1, 2.into()),
            (3, alg.into()),
            (-1, 1.into()),
            (-2, x.clone()),
            (-3, y.clone()),
        ])
    };
    let with_more = |label: i64| Cbor::Map([good.clone(), vec![(label.into(), bytes(32))]].concat());
    let rsa = |length: usize, exponent: Vec<u8>| {
        key_of(&[
            (1, 3.into()),
            (3, (-257).into()),
            (-1, bytes(length)),
            (-2, Cbor::Bytes(exponent)),
        ])
    };
    for (what, key) in [
        ("ES384", p256(-35, &x, &y)),
        ("ES512", p256(-36, &x, &y)),
        (
            "RS1",
            key_of(&[
                (1, 3.into()),
                (3, (-65_535).into()),
                (-1, bytes(256)),
                (-2, bytes(3)),
            ]),
        ),
        (
            "RS384",
            key_of(&[
                (1, 3.into()),
                (3, (-258).into()),
                (-1, bytes(256)),
                (-2, bytes(3)),
            ]),
        ),
        (
            "an algorithm beyond all numbers",
            key_of(&[(1, 2.into()), (3, Cbor::Integer(u64::MAX.into()))]),
        ),
        ("EdDSA with a point", p256(-8, &x, &y)),
        ("a point that is not on the curve", p256(-7, &x, &x)),
        (
            "a point of zeros",
            p256(-7, &Cbor::Bytes(vec![0; 32]), &Cbor::Bytes(vec![0; 32])),
        ),
        ("a short coordinate", p256(-7, &bytes(31), &bytes(33))),
        ("a private key", with_more(-4)),
        ("a second x", with_more(-2)),
        ("an RSA key of 1,024 bits", rsa(128, vec![1, 0, 1])),
        ("an RSA key of 16,384 bits", rsa(2048, vec![1, 0, 1])),
        ("an even exponent", rsa(256, vec![2])),
        ("no key", Cbor::Map(Vec::new())),
        ("another thing", Cbor::Array(vec![x.clone()])),
    ] {
        let refused = place
            .register(&mut phone("key").breaking(|it| it.key = Some(key)))
            .await;
        assert!(refused.is_err(), "{what}");
    }
    assert!(
        place
            .register(&mut phone("key").breaking(|it| it.key = Some(p256(-7, &x, &y))))
            .await
            .is_ok()
    );
}
